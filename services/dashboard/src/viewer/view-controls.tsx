import type OpenSeadragon from 'openseadragon';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatMagnification } from '../format.ts';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { keyOf, useActions } from '../keys/actions.ts';
import { MAGNIFICATIONS, magnification, type SlideSize, zoomFor } from './geometry.ts';

interface ViewControlsProps {
  readonly viewport: OpenSeadragon.Viewport | null;
  readonly size: SlideSize;
  /** µm per level-0 pixel; null when nobody knows. */
  readonly mppX: number | null;
  readonly umPerScreenPx: number | null;
}

const ZOOM_STEP = 1.6;
const TURN_DEGREES = 15;

/** Zoom by steps and by magnification, and rotation. */
export function ViewControls({ viewport, size, mppX, umPerScreenPx }: ViewControlsProps): JSX.Element {
  const [degrees, setDegrees] = useState(0);
  const zoom = (factor: number): void => {
    viewport?.zoomBy(factor);
    viewport?.applyConstraints();
  };
  const zoomTo = (power: number): void => {
    if (!viewport || mppX === null) return;
    viewport.zoomTo(zoomFor(power, mppX, size, viewport.getContainerSize().x));
    viewport.applyConstraints();
  };
  const turn = (by: number): void => {
    if (!viewport) return;
    const next = (((Math.round(viewport.getRotation()) + by) % 360) + 360) % 360;
    // The short way round.
    viewport.setRotation(viewport.getRotation() + by);
    setDegrees(next);
  };
  useActions({ rotate: () => turn(TURN_DEGREES), rotateBack: () => turn(-TURN_DEGREES) });
  const now = umPerScreenPx === null ? null : magnification(umPerScreenPx);
  return (
    <>
      <div class="button-group">
        <button
          type="button"
          class="button is-small"
          disabled={!viewport}
          aria-label={t('viewer.zoomOut')}
          onClick={() => zoom(1 / ZOOM_STEP)}
        >
          −
        </button>
        <button
          type="button"
          class="button is-small"
          disabled={!viewport}
          aria-label={t('viewer.zoomIn')}
          onClick={() => zoom(ZOOM_STEP)}
        >
          +
        </button>
        <button
          type="button"
          class="button is-small"
          disabled={!viewport}
          title={t('viewer.fit')}
          onClick={() => viewport?.goHome()}
        >
          {t('viewer.fitShort')}
        </button>
      </div>
      <fieldset class="button-group" aria-label={t('viewer.magnifications')}>
        {MAGNIFICATIONS.map((power) => (
          <button
            key={power}
            type="button"
            class="button is-small"
            disabled={!viewport || mppX === null}
            aria-pressed={now !== null && Math.abs(now / power - 1) < 0.01}
            aria-label={phrases.viewer.magnify(power)}
            onClick={() => zoomTo(power)}
          >
            {formatMagnification(power)}
          </button>
        ))}
      </fieldset>
      <output class="magnification" aria-label={t('viewer.magnification')}>
        {now === null ? '' : formatMagnification(now)}
      </output>
      <div class="button-group">
        <button
          type="button"
          class="button is-small"
          disabled={!viewport}
          aria-label={t('viewer.rotateBack')}
          title={`${t('viewer.rotateBack')} (${keyOf('rotateBack')})`}
          onClick={() => turn(-TURN_DEGREES)}
        >
          ↺
        </button>
        <button
          type="button"
          class="button is-small angle"
          disabled={!viewport || degrees === 0}
          aria-label={phrases.viewer.upright(degrees)}
          title={t('viewer.uprightShort')}
          onClick={() => turn(degrees > 180 ? 360 - degrees : -degrees)}
        >
          {degrees}°
        </button>
        <button
          type="button"
          class="button is-small"
          disabled={!viewport}
          aria-label={t('viewer.rotate')}
          title={`${t('viewer.rotate')} (${keyOf('rotate')})`}
          onClick={() => turn(TURN_DEGREES)}
        >
          ↻
        </button>
      </div>
    </>
  );
}
