import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { droppedFiles } from './slide-files.ts';
import { addFiles } from './upload-queue.ts';

const bringsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Takes files and folders dropped anywhere on the page, and says so while they hover. The button in the list does the same. */
export function DropTarget(): JSX.Element | null {
  const [hovering, setHovering] = useState(false);
  useEffect(() => {
    // Entering a child fires before leaving its parent, so the page is left when as many left as entered.
    let depth = 0;
    const enter = (event: DragEvent): void => {
      if (!bringsFiles(event)) return;
      depth++;
      setHovering(true);
    };
    const leave = (event: DragEvent): void => {
      if (!bringsFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setHovering(false);
    };
    const over = (event: DragEvent): void => {
      if (bringsFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      if (!bringsFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setHovering(false);
      if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(addFiles);
    };
    const abort = new AbortController();
    const { signal } = abort;
    addEventListener('dragenter', enter, { signal });
    addEventListener('dragleave', leave, { signal });
    addEventListener('dragover', over, { signal });
    addEventListener('drop', drop, { signal });
    return () => abort.abort();
  }, []);
  return hovering ? (
    <div class="drop-target">
      <p>{t('upload.drop')}</p>
    </div>
  ) : null;
}
