import type { Confidence } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { reviews } from '../i18n/review-phrases.ts';
import { CONFIDENCES } from './confidences.ts';

interface ConfidenceStepsProps {
  readonly value: Confidence | null;
  readonly disabled: boolean;
  readonly onChange: (value: Confidence) => void;
}

/** The reader's five steps, from surely normal to surely tumour. */
export function ConfidenceSteps({ value, disabled, onChange }: ConfidenceStepsProps): JSX.Element {
  return (
    <fieldset class="confidence" disabled={disabled}>
      <legend>{t('review.confidence')}</legend>
      {CONFIDENCES.map((step, k) => (
        <label key={step} class="confidence-step">
          <input type="radio" name="confidence" value={step} checked={step === value} onChange={() => onChange(step)} />
          <kbd>{k + 1}</kbd>
          {reviews.confidence(step)}
        </label>
      ))}
    </fieldset>
  );
}
