export const common = {
  product: 'Gigascope',
  skipToContent: 'Skip to the content',
  online: 'Connected',
  offline: 'No connection to the server. Trying again …',
  tryAgain: 'Try again',
  loading: 'Loading …',
  language: 'Language',
} as const;
