export const bar = {
  pages: 'Pages',
  home: 'Worklist',
  slide: 'Slide',
  batches: 'Batches',
  models: 'Models',
  evaluation: 'Evaluation',
  admin: 'Administration',
  light: 'Light',
  lights: { system: 'As the system', light: 'Light', dark: 'Dark' },
  signOut: 'Sign out',
  installation: 'The installation',
} as const;
