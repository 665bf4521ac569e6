import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { reviews } from '../i18n/review-phrases.ts';
import { keyOf, useActions } from '../keys/actions.ts';
import { useClaim } from '../server/claims.ts';
import type { Selection } from '../slide/use-selection.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { addedIn } from './added.ts';
import { AdjudicationView } from './adjudication-view.tsx';
import { ConfidenceSteps } from './confidence-steps.tsx';
import { ConflictNote } from './conflict-note.tsx';
import { COMMENT, CONFIDENCE } from './draft.ts';
import { ActionButton, FindingDecision } from './finding-decision.tsx';
import { History } from './history.tsx';
import { OtherReaders } from './other-readers.tsx';
import { SaveLine } from './save-line.tsx';
import { SignOff } from './sign-off.tsx';
import type { OwnReview } from './use-review-session.ts';
import type { Reviewing } from './use-reviewing.ts';

interface ReviewPanelProps {
  readonly slideId: string;
  readonly analysisId: string;
  readonly own: OwnReview;
  readonly reviewing: Reviewing;
  readonly selection: Selection;
  /** Keys of the model's findings that are gone through one by one; null where they are too many. */
  readonly keys: readonly string[] | null;
  readonly mayWrite: boolean;
  readonly mayAdjudicate: boolean;
}

/** What the reader says of the slide and of its findings, and what others say. */
export function ReviewPanel(props: ReviewPanelProps): JSX.Element {
  const { slideId, analysisId, own, selection, mayWrite, mayAdjudicate } = props;
  const { state } = own;
  const others = own.all.filter((review) => !review.own);
  const [sideBySide, showSideBySide] = useState(false);
  const blinded = own.all.some(
    ({ own: isOwn, state: at, purpose }) => isOwn && at === 'open' && purpose !== 'adjudication',
  );
  return (
    <section class="section review" aria-label={t('review.title')}>
      <h3>
        {t('review.title')}
        {state && <span class="hint"> {reviews.purpose(state.review.purpose)}</span>}
        {state && state.review.edition > 1 && <span class="hint"> · {reviews.edition(state.review.edition)}</span>}
      </h3>
      {own.error && <ErrorNote error={own.error} />}
      {mayWrite && !state && <Begin slideId={slideId} own={own} />}
      {mayWrite && state && <Writing {...props} />}
      <OtherReaders others={others} blinded={blinded} />
      {state && <History reviewId={state.review.id} version={state.review.version} />}
      {mayAdjudicate && !blinded && own.all.length > 0 && (
        <details onToggle={({ currentTarget }) => showSideBySide(currentTarget.open)}>
          <summary>{t('review.adjudicate')}</summary>
          {sideBySide && (
            <AdjudicationView
              slideId={slideId}
              analysisId={analysisId}
              chosen={selection.target?.key ?? null}
              onSelect={selection.selectKey}
              onBegin={state ? null : () => void own.begin('adjudication')}
            />
          )}
        </details>
      )}
    </section>
  );
}

/** Takes the slide and opens a review of it; a colleague's claim is told first. */
function Begin({ slideId, own }: Pick<ReviewPanelProps, 'slideId' | 'own'>): JSX.Element {
  const claim = useClaim();
  const isTaken = claim.error?.code === 'SLIDE_CLAIMED';
  const begin = (): void => claim.mutate({ slideId, take: true }, { onSuccess: () => void own.begin() });
  return (
    <>
      <p class="hint">{t('review.hint')}</p>
      {isTaken && <p class="note is-warning">{t('review.claimed')}</p>}
      {claim.error && !isTaken && <ErrorNote error={claim.error} onRetry={begin} />}
      <button
        type="button"
        class={`button ${isTaken ? '' : 'is-primary'}`}
        disabled={own.busy || claim.isPending}
        onClick={isTaken ? () => void own.begin() : begin}
      >
        {isTaken ? t('review.readAsSecond') : t('review.start')}
      </button>
    </>
  );
}

function Writing({ own, reviewing, selection, keys }: ReviewPanelProps): JSX.Element | null {
  const { session, state } = own;
  const comment = useRef<HTMLTextAreaElement>(null);
  useActions({ comment: () => reviewing.isOpen && comment.current?.focus() === undefined });
  if (!session || !state) return null;
  const { said } = state;
  const undecided = keys === null ? null : keys.filter((key) => !said.decisions.has(key)).length;
  const { isOpen, tool, setTool } = reviewing;
  return (
    <>
      <ConflictNote
        state={state}
        onTheirs={() => session.loadTheirs()}
        onMine={() => void own.applyMine(t('review.conflict.amendReason'))}
      />
      <SaveLine session={session} state={state} />
      {keys !== null && undecided !== null && (
        <p class="figures">{reviews.decided(keys.length - undecided, keys.length)}</p>
      )}
      <FindingDecision reviewing={reviewing} chosen={selection.target?.key ?? null} />
      <div class="button-row">
        <ActionButton
          action="addPoint"
          pressed={tool === 'point'}
          disabled={!isOpen}
          onClick={() => setTool(tool === 'point' ? null : 'point')}
        />
        <ActionButton
          action="addPolygon"
          pressed={tool === 'polygon'}
          disabled={!isOpen}
          onClick={() => setTool(tool === 'polygon' ? null : 'polygon')}
        />
        <ActionButton action="undo" disabled={!isOpen || !state.canUndo} onClick={() => session.undo()} />
        <ActionButton action="redo" disabled={!isOpen || !state.canRedo} onClick={() => session.redo()} />
      </div>
      <AddedList said={said} chosen={selection.target?.key ?? null} onSelect={selection.selectKey} />
      <label class="check">
        <input
          type="checkbox"
          checked={reviewing.goesOn}
          onChange={({ currentTarget }) => reviewing.setGoesOn(currentTarget.checked)}
        />
        {t('review.goOn')}
      </label>
      <ConfidenceSteps
        value={said.confidence}
        disabled={!isOpen}
        onChange={(value) => reviewing.say(CONFIDENCE, value)}
      />
      <label class="field">
        <span>
          {t('review.comment')} <kbd>{keyOf('comment')}</kbd>
        </span>
        <textarea
          ref={comment}
          rows={2}
          maxLength={10_000}
          disabled={!isOpen}
          value={said.comment}
          onInput={({ currentTarget }) => reviewing.say(COMMENT, currentTarget.value)}
        />
      </label>
      <SignOff
        state={state}
        undecided={undecided}
        busy={own.busy}
        onSign={() => void own.sign()}
        onAmend={(reason) => void own.amend(reason)}
      />
    </>
  );
}

interface AddedListProps {
  readonly said: Reviewing['said'];
  readonly chosen: string | null;
  readonly onSelect: (key: string) => void;
}

function AddedList({ said, chosen, onSelect }: AddedListProps): JSX.Element | null {
  const added = addedIn(said);
  if (added.length === 0) return null;
  return (
    <ul class="added" aria-label={t('review.added')}>
      {added.map(({ key, number }) => (
        <li key={key}>
          <button type="button" class="button is-small" aria-pressed={key === chosen} onClick={() => onSelect(key)}>
            {reviews.added(number)}
          </button>
        </li>
      ))}
    </ul>
  );
}
