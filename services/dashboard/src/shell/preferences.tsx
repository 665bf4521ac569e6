import type { JSX } from 'preact';
import { chooseLanguage, LANGUAGES, type Language, language, t } from '../i18n/language.ts';
import { useStore } from '../ui/store.ts';
import { chooseLight, LIGHTS, type Light, light } from './light.ts';

/** Language and light, kept in this browser. */
export function Preferences(): JSX.Element {
  const spoken = useStore(language);
  const shown = useStore(light);
  return (
    <div class="preferences">
      <select
        aria-label={t('common.language')}
        value={spoken}
        onChange={({ currentTarget }) => void chooseLanguage(currentTarget.value as Language)}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={t('bar.light')}
        value={shown}
        onChange={({ currentTarget }) => chooseLight(currentTarget.value as Light)}
      >
        {LIGHTS.map((name) => (
          <option key={name} value={name}>
            {t(`bar.lights.${name}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
