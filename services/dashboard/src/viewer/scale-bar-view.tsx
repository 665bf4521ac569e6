import type { JSX } from 'preact';
import { formatScaleUm } from '../format.ts';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { scaleBar } from './scale-bar.ts';

const MAX_PX = 160;

/** The scale bar in the viewer's corner; says so where the pixel size is unknown. */
export function ScaleBarView(props: {
  readonly umPerScreenPx: number | null;
  readonly known: boolean;
}): JSX.Element | null {
  const { umPerScreenPx, known } = props;
  if (!known) return <p class="scale">{t('viewer.noScale')}</p>;
  if (umPerScreenPx === null) return null;
  const { lengthUm, lengthPx } = scaleBar(umPerScreenPx, MAX_PX);
  const length = formatScaleUm(lengthUm);
  return (
    <div class="scale" role="img" aria-label={phrases.viewer.scale(length)}>
      <span class="scale-length">{length}</span>
      <span class="scale-bar" style={{ width: `${lengthPx}px` }} />
    </div>
  );
}
