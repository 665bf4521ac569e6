import { QueryClientProvider } from '@tanstack/preact-query';
import { render } from 'preact';
import { App } from './app.tsx';
import { startRouting } from './route.ts';
import { queryClient } from './server/queries.ts';
import './style/tokens.css';
import './style/base.css';
import './style/layout.css';
import './style/worklist.css';
import './style/panel.css';
import './style/viewer.css';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
startRouting();
render(
  <QueryClientProvider client={queryClient}>
    <App />
  </QueryClientProvider>,
  root,
);
