import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { reviews } from '../i18n/review-phrases.ts';
import { type Action, keyOf, useActions } from '../keys/actions.ts';
import { RejectReasons } from './reject-reasons.tsx';
import type { Reviewing } from './use-reviewing.ts';

interface FindingDecisionProps {
  readonly reviewing: Reviewing;
  /** The chosen finding; null where there is none. */
  readonly chosen: string | null;
}

/** What is said of the chosen finding. */
export function FindingDecision({ reviewing, chosen }: FindingDecisionProps): JSX.Element {
  const { isOpen, tool, asksReason } = reviewing;
  const note = useRef<HTMLInputElement>(null);
  const decision = reviewing.decisionOf(chosen);
  const isAdded = decision?.verdict === 'added';
  useActions({ note: () => decision !== null && note.current?.focus() === undefined });
  return (
    <div class="decision">
      <p class="decision-name" role="status">
        {chosen === null ? (
          <span class="hint">{reviews.nothingChosen(keyOf('next'))}</span>
        ) : (
          <>
            <strong>{reviews.finding(chosen)}</strong> {decision ? reviews.verdict(decision) : t('review.undecided')}
          </>
        )}
      </p>
      <div class="button-row">
        <ActionButton
          action="accept"
          pressed={decision?.verdict === 'accept'}
          disabled={!isOpen || chosen === null || isAdded}
          onClick={reviewing.accept}
        />
        <ActionButton
          action="reject"
          pressed={decision?.verdict === 'reject'}
          disabled={!isOpen || chosen === null || isAdded}
          onClick={() => reviewing.askReason(!asksReason)}
        />
        <ActionButton
          action="move"
          pressed={tool === 'move' || decision?.verdict === 'moved'}
          disabled={!isOpen || chosen === null}
          onClick={() => reviewing.setTool(tool === 'move' ? null : 'move')}
        />
        <ActionButton action="takeBack" disabled={!isOpen || decision === null} onClick={reviewing.takeBack} />
      </div>
      {asksReason && isOpen && <RejectReasons onChoose={reviewing.reject} onLeave={() => reviewing.askReason(false)} />}
      <label class="field">
        <span>
          {t('review.note')} <kbd>{keyOf('note')}</kbd>
        </span>
        <input
          ref={note}
          type="text"
          maxLength={1000}
          disabled={!isOpen || decision === null}
          value={decision?.note ?? ''}
          onInput={({ currentTarget }) => reviewing.setNote(currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        />
      </label>
    </div>
  );
}

interface ActionButtonProps {
  readonly action: Action & ('accept' | 'reject' | 'move' | 'takeBack' | 'addPoint' | 'addPolygon' | 'undo' | 'redo');
  readonly pressed?: boolean;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

/** A button that shows its key. */
export function ActionButton({ action, pressed, disabled, onClick }: ActionButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="button is-small"
      disabled={disabled}
      {...(pressed !== undefined && { 'aria-pressed': pressed })}
      onClick={onClick}
    >
      {t(`review.${action}`)} <kbd>{keyOf(action)}</kbd>
    </button>
  );
}
