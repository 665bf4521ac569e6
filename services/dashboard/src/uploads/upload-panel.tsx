import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { looksLikeSlide } from './slide-files.ts';
import { UploadList } from './upload-list.tsx';
import { addFiles } from './upload-queue.ts';

/** Known to every browser, and not to the types. */
const FOLDERS = { webkitdirectory: true };

/** The buttons that add slides, and the uploads under way. */
export function UploadPanel(): JSX.Element {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  return (
    <div class="uploads">
      <p class="uploads-ways">
        <button type="button" class="button" onClick={() => files.current?.click()}>
          {t('upload.add')}
        </button>
        <button type="button" class="button" onClick={() => folder.current?.click()}>
          {t('upload.addFolder')}
        </button>
        <span class="uploads-hint">{t('upload.hint')}</span>
      </p>
      <input
        ref={folder}
        class="hidden"
        type="file"
        multiple
        {...FOLDERS}
        aria-label={t('upload.addFolder')}
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          addFiles([...(currentTarget.files ?? [])].filter(({ name }) => looksLikeSlide(name)));
          currentTarget.value = '';
        }}
      />
      <input
        ref={files}
        class="hidden"
        type="file"
        multiple
        aria-label={t('upload.add')}
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          addFiles(currentTarget.files ?? []);
          currentTarget.value = '';
        }}
      />
      <UploadList />
    </div>
  );
}
