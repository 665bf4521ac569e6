export const session = {
  title: 'Sign in',
  provider: 'Sign in with your laboratory’s account',
  key: 'Key',
  signIn: 'Sign in with a key',
  hint: 'Your laboratory’s administrator hands out keys.',
  forbidden: 'You may not see this page. Ask your laboratory’s administrator.',
} as const;
