export const session = {
  title: 'Sign in',
  provider: 'Sign in with your laboratory’s account',
  key: 'Key',
  signIn: 'Sign in with a key',
  hint: 'Your laboratory’s administrator hands out keys.',
  over: 'Your session has ended',
  overHint:
    'You were signed in as {{name}}. Sign in again to go on just where you are: what was not saved is kept in this browser and saved then.',
  forbidden: 'You may not see this page. Ask your laboratory’s administrator.',
} as const;
