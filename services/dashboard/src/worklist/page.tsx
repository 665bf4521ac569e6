import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { Worklist } from './worklist.tsx';

/** The front page: the list of slides, and room for one. */
export function Page(): JSX.Element {
  return (
    <div class="desk">
      <Worklist chosen={null} />
      <div class="stage">
        <p class="blank">{t('slide.none')}</p>
      </div>
    </div>
  );
}
