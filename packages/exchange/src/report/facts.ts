import type { AnalysisResult, Grading } from '@gigascope/contracts';
import type { ExportSource } from '../export-source.ts';
import { SCORE_MEANINGS, scoreText, verdictText } from '../score-text.ts';
import { escapeMarkup } from '../text/escape-markup.ts';
import { factTable } from './html-table.ts';

/** The report's first part: the score, what has to be known of it, and what was looked at by what. */
export function factsOf(source: ExportSource): string {
  const { result } = source;
  return [
    `<p class="score">${escapeMarkup(SCORE_MEANINGS[result.scoreMeaning])}${scoreOf(result)}</p>\n`,
    warningsOf(source),
    factTable('Result', resultRows(source)),
    factTable('Slide', slideRows(source)),
    factTable('Model and run', runRows(source)),
  ].join('');
}

function warningsOf({ result: { warnings } }: ExportSource): string {
  if (warnings.length === 0) return '';
  const items = warnings.map(({ code, message }) => `<li>${escapeMarkup(`${message} (${code})`)}</li>\n`);
  return `<div class="warnings"><h2>Warnings</h2>\n<ul>\n${items.join('')}</ul></div>\n`;
}

function resultRows({ result }: ExportSource): [string, string][] {
  return [
    ['Called', verdictText(result.positive)],
    ['Threshold (probability)', String(result.threshold)],
    ...(result.grading === null ? [] : [['Grading', gradingText(result.grading)] satisfies [string, string]]),
    ['Tissue', `${(result.tissue.share * 100).toFixed(1)} % of the slide, ${result.tissue.cells} fields`],
  ];
}

function gradingText({ positive, negative, ratio, grade, reason }: Grading): string {
  const share = ratio === null ? '' : ` (${(ratio * 100).toFixed(1)} %)`;
  const counted = `${positive} positive of ${positive + negative} capillaries${share}`;
  return grade === null ? `no grade: ${reason ?? 'no reason given'}; ${counted}` : `C4d ${grade}: ${counted}`;
}

function slideRows({ result: { slide } }: ExportSource): [string, string][] {
  const { metadata, mpp } = slide;
  const scanned = metadata.boundsL0;
  return [
    ['Size', `${metadata.widthL0} × ${metadata.heightL0} pixels of level 0`],
    ['Pixel', `${mpp.x} × ${mpp.y} µm (${mpp.source})`],
    ['Scanner’s format', metadata.vendor],
    ...(scanned === null
      ? []
      : [
          ['Scanned area', `${scanned.width} × ${scanned.height} pixels from (${scanned.x}, ${scanned.y})`] satisfies [
            string,
            string,
          ],
        ]),
  ];
}

function runRows({ analysisId, finishedAt, result: { model, stamp } }: ExportSource): [string, string][] {
  return [
    ['Analysis', analysisId],
    ['Finished', finishedAt],
    ['Model', `${model.name} ${model.version}`],
    ['Made for', model.scope],
    ['Software', `gigascope ${stamp.codeVersion}, ${stamp.runtime}, ${stamp.provider}`],
    ['Slide SHA-256', stamp.slideSha256],
    ['Model SHA-256', stamp.modelSha256],
  ];
}

/** Nothing where the model gives none, which its meaning says already. */
function scoreOf(result: AnalysisResult): string {
  return result.scoreMeaning === 'none' ? '.' : `: <strong>${escapeMarkup(scoreText(result))}</strong>`;
}
