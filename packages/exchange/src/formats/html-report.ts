import { createHash } from 'node:crypto';
import type { ExportFormat } from '../export-format.ts';
import type { ExportSource, Picture } from '../export-source.ts';
import { factsOf } from '../report/facts.ts';
import { REPORT_STYLE } from '../report/style.ts';
import { tablesOf } from '../report/tables.ts';
import { escapeMarkup as text } from '../text/escape-markup.ts';

const STYLE_HASH = createHash('sha256').update(REPORT_STYLE).digest('base64');
/** The report's own Content-Security-Policy, for whoever serves it: no script, no network, its one style sheet. */
export const HTML_REPORT_CSP = `default-src 'none'; img-src data:; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

/** Three bytes are four characters of base64, so pieces of a multiple of three join without padding between them. */
const PICTURE_PIECE = 3 << 14;

/** A report to print: one file without scripts and without anything outside it. Coordinates count from level 0's corner. */
export const htmlReport: ExportFormat = {
  title: 'Report to print (HTML)',
  mediaType: 'text/html; charset=utf-8',
  extension: 'html',
  origin: 'l0',
  async *write(source, origin) {
    yield headOf(source);
    yield factsOf(source);
    for (const picture of source.pictures) yield* figure(picture);
    yield* tablesOf(source, origin);
    yield `<footer><p>${text(source.model.intendedUse)}</p></footer>\n</body>\n</html>\n`;
  },
};

function headOf({ slideName, model }: ExportSource): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${text(HTML_REPORT_CSP)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(slideName)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<p class="use">${text(model.intendedUse)}</p>
<h1>${text(slideName)}</h1>
`;
}

function* figure({ caption, mediaType, bytes }: Picture): Generator<string> {
  yield `<figure><img alt="${text(caption)}" src="data:${mediaType};base64,`;
  for (let k = 0; k < bytes.length; k += PICTURE_PIECE) {
    yield Buffer.from(bytes.subarray(k, k + PICTURE_PIECE)).toString('base64');
  }
  yield `"><figcaption>${text(caption)}</figcaption></figure>\n`;
}
