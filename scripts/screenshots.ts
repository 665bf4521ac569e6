/** Writes each page, light and dark, into docs/screenshots: a real installation, a phantom analysed by the shipped model. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { paths } from '@gigascope/contracts/paths';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import sharp from 'sharp';
import { openPage } from '../test/browser/browser.ts';
import { buildPage } from '../test/browser/built-page.ts';
import { temporaryFolder } from '../test/support/fixtures.ts';
import { startInstallation } from '../test/support/installation.ts';

const OUT = fileURLToPath(new URL('../docs/screenshots', import.meta.url));
const SLIDES = [
  { seed: 3101, widthPx: 9000, heightPx: 7000 },
  { seed: 3102, widthPx: 6000, heightPx: 5000, lesions: 0 },
] as const;
/** For tiles and fonts to come in. */
const SETTLE_MS = 4000;

await buildPage();
await using folder = await temporaryFolder();
await using installation = await startInstallation({ backend: 'postgres' });
const slides: string[] = [];
for (const { seed, ...drawing } of SLIDES) {
  const out = join(folder.path, `phantom-${seed}.svs`);
  await paintMetastasisPhantom({ seed, ...drawing, format: 'aperio', out });
  const { id } = await installation.upload(out);
  slides.push(id);
  await installation.wait(await installation.submit(id));
}
const { items } = (await (await fetch(`${installation.url}${paths.models}`)).json()) as {
  items: { id: string; name: string }[];
};
const metastasis = items.find(({ name }) => name === 'metastasis')?.id ?? '';
const pages = {
  worklist: '#/',
  slide: `#/slides/${slides[0]}`,
  batches: '#/batches',
  models: `#/models/${metastasis}`,
  evaluation: '#/evaluation',
  audit: '#/admin/audit',
} as const;

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
await using opened = await openPage(installation.url);
for (const [name, address] of Object.entries(pages)) {
  await opened.page.goto(`${installation.url}/${address}`);
  await opened.page.waitForTimeout(SETTLE_MS);
  for (const light of ['light', 'dark'] as const) {
    await opened.page.evaluate((chosen) => {
      document.documentElement.dataset['light'] = chosen;
    }, light);
    const png = await opened.page.screenshot();
    await sharp(png)
      .png({ palette: true, quality: 90 })
      .toFile(join(OUT, `${name}-${light}.png`));
  }
  process.stderr.write(`${name}\n`);
}
