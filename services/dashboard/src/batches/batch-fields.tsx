import type { ComponentChildren, JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { useModels } from '../server/queries.ts';
import type { BatchSettings } from './batch-settings.ts';

const LANES = ['stat', 'routine', 'research'] as const;

interface BatchFieldsProps {
  readonly settings: BatchSettings;
  readonly onChange: (change: Partial<BatchSettings>) => void;
}

/** Model, lane, priority and name; the rarer settings folded away. */
export function BatchFields({ settings, onChange }: BatchFieldsProps): JSX.Element {
  const models = useModels();
  return (
    <>
      <div class="analyse-fields">
        <Field label={t('batches.model')}>
          <select
            required
            value={settings.model}
            onChange={({ currentTarget }) => onChange({ model: currentTarget.value })}
          >
            <option value="">{t('batches.chooseModel')}</option>
            {models.data?.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </Field>
        <Field label={t('batches.lane')}>
          <select
            value={settings.lane}
            onChange={({ currentTarget }) => onChange({ lane: currentTarget.value as BatchSettings['lane'] })}
          >
            {LANES.map((lane) => (
              <option key={lane} value={lane}>
                {t(`worklist.lanes.${lane}`)}
              </option>
            ))}
          </select>
        </Field>
        <Figure
          label={t('batches.priority')}
          range={[0, 100, '1']}
          required
          value={settings.priority}
          onChange={(priority) => onChange({ priority })}
        />
        <Field label={t('batches.name')}>
          <input
            type="text"
            maxLength={200}
            value={settings.name}
            onInput={({ currentTarget }) => onChange({ name: currentTarget.value })}
          />
        </Field>
      </div>
      <details class="analyse-more">
        <summary>{t('batches.settings')}</summary>
        <div class="analyse-fields">
          <Figure
            label={t('batches.threshold')}
            range={[0, 1, 'any']}
            value={settings.threshold}
            onChange={(threshold) => onChange({ threshold })}
          />
          <Figure
            label={t('batches.mpp')}
            range={[0.05, 10, 'any']}
            value={settings.mpp}
            onChange={(mpp) => onChange({ mpp })}
          />
          <Check
            label={t('batches.orientations')}
            checked={settings.orientations}
            onChange={(orientations) => onChange({ orientations })}
          />
          <Check label={t('batches.force')} checked={settings.force} onChange={(force) => onChange({ force })} />
        </div>
      </details>
    </>
  );
}

function Field({ label, children }: { readonly label: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label class="field">
      {label}
      {children}
    </label>
  );
}

interface FigureProps {
  readonly label: string;
  readonly range: readonly [min: number, max: number, step: string];
  readonly required?: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Figure({ label, range: [min, max, step], required = false, value, onChange }: FigureProps): JSX.Element {
  return (
    <Field label={label}>
      <input
        type="number"
        {...{ min, max, step, required, value }}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </Field>
  );
}

interface CheckProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

function Check({ label, checked, onChange }: CheckProps): JSX.Element {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
      {label}
    </label>
  );
}
