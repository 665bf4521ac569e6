import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnalysisPage } from '@gigascope/contracts/http';
import { paths } from '@gigascope/contracts/paths';
import { createConstantSlide } from '@gigascope/phantom';
import { expect, it } from 'vitest';
import { runJson, startCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';

it('serves the analysis of a slide, with the same result.json, from a backup restored into an empty folder', async () => {
  await using work = await temporaryFolder();
  const [slide, data, copy, restored] = ['slide.tif', 'data', 'copy', 'restored'].map((name) =>
    join(work.path, name),
  ) as [string, string, string, string];
  await createConstantSlide({ out: slide, widthPx: 400, heightPx: 300, rgb: [190, 120, 170] });
  const out = join(work.path, 'out');
  const { code } = await runJson(['start', slide, '--once', '--data', data, '--out', out, '--tissue', 'none']);
  expect(code).toBe(0);
  expect((await runJson(['backup', copy, '--data', data])).code).toBe(0);
  expect((await runJson(['restore', copy, '--data', restored])).code).toBe(0);
  expect((await runJson(['restore', copy, '--data', restored])).json).toMatchObject({
    error: { code: 'ARGUMENT_INVALID' },
  });

  const server = startCommand(['up', '--port', '0', '--data', restored, '--json']);
  try {
    const [line] = (await once(server.stdout ?? server, 'data')) as [Buffer];
    const { url } = JSON.parse(line.toString()) as { url: string };
    const { items } = AnalysisPage.parse(await (await fetch(url + paths.analyses)).json());
    expect(items.map(({ state }) => state)).toEqual(['succeeded']);
    const file = await fetch(url + paths.file(items[0]?.id ?? '', 'result.json'));
    expect(await file.text()).toBe(await readFile(join(out, 'result.json'), 'utf8'));
  } finally {
    server.kill('SIGTERM');
    await once(server, 'close');
  }
});
