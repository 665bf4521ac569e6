import { createInstance } from 'i18next';
import { createStore } from '../ui/store.ts';
import { en } from './en/index.ts';

export const LANGUAGES = { en: 'English', ko: '한국어' } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT_AS = 'gigascope.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

const i18n = createInstance();
void i18n.init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  // Preact escapes what it shows.
  interpolation: { escapeValue: false },
  initAsync: false,
});

/** The language that is shown; texts that were rendered before a change are rendered again by the page's root. */
export const language = createStore<Language>('en');

export const t = i18n.t;

/** Why something was refused or failed, in the page's language; the server's own sentence where it has none. */
export function reasonOf(code: string, title: string): string {
  return i18n.exists(`reasons.${code}`, { lng: i18n.language, fallbackLng: [] })
    ? i18n.t(`reasons.${code}` as never)
    : title;
}

/** Shows the page in this language from now on; its texts are fetched when they are first wanted. */
export async function chooseLanguage(chosen: Language): Promise<void> {
  if (chosen === 'ko' && !i18n.hasResourceBundle('ko', 'translation')) {
    const [{ ko }, { reasons }] = await Promise.all([import('./ko/index.ts'), import('./ko/reasons.ts')]);
    i18n.addResourceBundle('ko', 'translation', { ...ko, reasons });
  }
  await i18n.changeLanguage(chosen);
  document.documentElement.lang = chosen;
  localStorage.setItem(KEPT_AS, chosen);
  language.set(chosen);
}

/** The language that was chosen before, or else the browser's where there are texts in it. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS) ?? navigator.language.slice(0, 2);
  return kept in LANGUAGES ? (kept as Language) : 'en';
}
