import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { type Action, SHORTCUTS, type Shortcut } from './actions.ts';

/** In the order of a review. */
const GROUPS = {
  review: [
    'next',
    'previous',
    'accept',
    'reject',
    'move',
    'note',
    'takeBack',
    'addPoint',
    'addPolygon',
    'undo',
    'redo',
    'comment',
    'sign',
  ],
  view: [
    'heatmap',
    'marks',
    'switchMap',
    'activation',
    'measure',
    'rotate',
    'rotateBack',
    'fullScreen',
    'help',
    'cancel',
  ],
} as const satisfies Record<string, readonly Action[]>;

/** All shortcuts, over the slide until it is closed. */
export function CheatSheet({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <section class="cheat-sheet" aria-label={t('keys.title')}>
      <header class="activation-head">
        <h3>{t('keys.title')}</h3>
        <button type="button" class="button is-small" onClick={onClose}>
          {t('viewer.close')}
        </button>
      </header>
      <div class="cheat-columns">
        {(['review', 'view'] as const).map((group) => (
          <dl key={group} class="keys">
            {group === 'review' && <Row keys={['1', '5']} between="–" text={t('keys.confidence')} />}
            {group === 'view' && <Row keys={['←', '↑', '→', '↓']} between=" " text={t('keys.pan')} />}
            {group === 'view' && <Row keys={['+', '−', '0']} between=" " text={t('keys.zoom')} />}
            {GROUPS[group].map((action) => (
              <Row
                key={action}
                keys={(SHORTCUTS[action] as readonly Shortcut[]).map(({ shown }) => shown)}
                between={` ${t('keys.or')} `}
                text={t(`keys.${action}`)}
              />
            ))}
          </dl>
        ))}
      </div>
    </section>
  );
}

function Row(props: {
  readonly keys: readonly string[];
  readonly between: string;
  readonly text: string;
}): JSX.Element {
  return (
    <>
      <dt>
        {props.keys.map((key, k) => (
          <span key={key}>
            {k > 0 && props.between}
            <kbd>{key}</kbd>
          </span>
        ))}
      </dt>
      <dd>{props.text}</dd>
    </>
  );
}
