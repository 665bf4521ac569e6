import { createStore } from '../ui/store.ts';

export const LIGHTS = ['system', 'light', 'dark'] as const;
export type Light = (typeof LIGHTS)[number];

const KEPT_AS = 'gigascope.light';

export const light = createStore<Light>('system');

/** Shows the page light, dark, or as the system is, from now on. */
export function chooseLight(chosen: Light): void {
  localStorage.setItem(KEPT_AS, chosen);
  document.documentElement.dataset['light'] = chosen;
  light.set(chosen);
}

/** Takes up what was chosen before. */
export function startLight(): void {
  const kept = localStorage.getItem(KEPT_AS);
  chooseLight(LIGHTS.find((name) => name === kept) ?? 'system');
}
