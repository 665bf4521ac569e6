export const common = {
  product: 'Gigascope',
  skipToViewer: 'Skip to the slide',
  online: 'Connected',
  offline: 'No connection to the server. Trying again …',
  tryAgain: 'Try again',
  loading: 'Loading …',
  language: 'Language',
} as const;
