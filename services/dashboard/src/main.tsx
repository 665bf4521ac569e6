import { QueryClientProvider } from '@tanstack/preact-query';
import { render } from 'preact';
import { App } from './app.tsx';
import { chooseLanguage, preferredLanguage } from './i18n/language.ts';
import { startRouting } from './route.ts';
import { queryClient } from './server/queries.ts';
import { startLight } from './shell/light.ts';
import './style/tokens.css';
import './style/base.css';
import './style/layout.css';
import './style/shell.css';
import './style/worklist.css';
import './style/lists.css';
import './style/panel.css';
import './style/viewer.css';
import './style/review.css';
import './style/document.css';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
startLight();
await chooseLanguage(preferredLanguage()).catch(() => {});
startRouting();
render(
  <QueryClientProvider client={queryClient}>
    <App />
  </QueryClientProvider>,
  root,
);
