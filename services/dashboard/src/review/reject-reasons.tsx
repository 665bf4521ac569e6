import type { RejectReason } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/language.ts';

const REASONS: readonly RejectReason[] = ['artefact', 'benign', 'out-of-focus', 'duplicate', 'wrong-class', 'other'];

interface RejectReasonsProps {
  readonly onChoose: (reason: RejectReason) => void;
  readonly onLeave: () => void;
}

/** Why a finding is rejected, by a figure, by arrows and Enter, or by a click. */
export function RejectReasons({ onChoose, onLeave }: RejectReasonsProps): JSX.Element {
  const list = useRef<HTMLFieldSetElement>(null);
  const before = useRef(document.activeElement);
  const buttons = (): HTMLButtonElement[] => [...(list.current?.querySelectorAll('button') ?? [])];
  useEffect(() => {
    buttons()[0]?.focus();
    // Back to the slide, whose keys go on.
    return () => (before.current instanceof HTMLElement ? before.current.focus() : undefined);
  }, []);
  const press = (event: KeyboardEvent): void => {
    const digit = /^(?:Digit|Numpad)([1-6])$/.exec(event.code)?.[1];
    const reason = digit === undefined ? undefined : REASONS[Number(digit) - 1];
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (reason) onChoose(reason);
    else if (by !== undefined) {
      const at = buttons().indexOf(document.activeElement as HTMLButtonElement);
      buttons()[(at + by + REASONS.length) % REASONS.length]?.focus();
    } else if (event.key === 'Escape') onLeave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <fieldset class="reasons" ref={list} onKeyDown={press}>
      <legend>{t('review.reasonTitle')}</legend>
      {REASONS.map((reason, k) => (
        <button key={reason} type="button" class="reason" onClick={() => onChoose(reason)}>
          <kbd>{k + 1}</kbd> {t(`review.reasons.${reason}`)}
        </button>
      ))}
    </fieldset>
  );
}
