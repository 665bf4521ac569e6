import { test } from 'vitest';
import { paths } from '@gigascope/contracts/http';
import { startApi } from '../support/running-api.ts';
import { keyFor, uploadFile } from '../support/slides-of-api.ts';
import { REAL_SLIDE } from '../support/fixtures.ts';
test('x', async () => {
  const t = Date.now();
  const log = (s: string) => console.log(s, Date.now() - t);
  for (const mode of ['none','head','download','options','redirect','tile304']) {
  const api = await startApi({}, 'keys');
  const key = await keyFor(api, 'reviewer', true);
  const slide = await uploadFile(api, REAL_SLIDE, 'a.svs', await keyFor(api, 'uploader'));
  const ask = (p: string, headers: Record<string,string> = {}, method = 'GET') => fetch(api.url + p, { method, redirect: 'manual', headers: { authorization: `Bearer ${key}`, ...headers } });
  if (mode === 'head') await ask(paths.tile(slide.id, 12, 3, 4), {}, 'HEAD');
  if (mode === 'download') await (await ask(paths.download(slide.id))).arrayBuffer();
  if (mode === 'options') await ask(paths.iiif(slide.id) + '/full/64,/0/default.jpg', {}, 'OPTIONS');
  if (mode === 'redirect') await ask(paths.iiif(slide.id));
  if (mode === 'tile304') await ask(paths.tile(slide.id, 12, 3, 4), { 'if-none-match': '*' });
  log('closing ' + mode);
  await api.app.close();
  log('closed app');
  await api[Symbol.asyncDispose]();
  log('closed');
  }
}, 600000);
