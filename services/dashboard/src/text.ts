import type { AnalysisResult } from '@gigascope/contracts';
import type { AnalysisProgress, AnalysisState, Slide } from '@gigascope/contracts/http';
import {
  formatAreaUm2,
  formatBytes,
  formatCount,
  formatDuration,
  formatLengthUm,
  formatMpp,
  formatProbability,
  formatShare,
} from './format.ts';
import type { Finding, FindingKind } from './viewer/finding.ts';
import type { TaskView } from './viewer/task-view.ts';

type SlideState = Slide['state'];
type SizeClass = AnalysisResult['lesions'][number]['sizeClass'];
type SpacingSource = AnalysisResult['slide']['mpp']['source'];

const SLIDE_STATES: Record<SlideState, string> = {
  received: 'Received, being checked',
  verified: 'Being opened',
  ready: 'Ready',
  rejected: 'Refused',
};
const ANALYSIS_STATES: Record<AnalysisState, string> = {
  queued: 'Queued',
  running: 'Running',
  succeeded: 'Done',
  failed: 'Failed',
  canceled: 'Canceled',
};
const STAGES: Record<AnalysisProgress['stage'], string> = {
  queued: 'Waiting for a worker',
  plan: 'Finding tissue',
  blocks: 'Reading tissue',
  finish: 'Putting the findings together',
};
const SIZE_CLASSES: Record<SizeClass, string> = { itc: 'ITC-sized', micro: 'micro-sized', macro: 'macro-sized' };
const SPACING_SOURCES: Record<SpacingSource, string> = {
  request: 'stated by hand',
  vendor: 'from the scanner',
  'tiff-resolution': 'from the file',
  'objective-power': 'assumed from the objective',
};
const FINDINGS: Record<FindingKind, string> = { detections: 'objects', segments: 'outlines' };
const STEPS: Record<NonNullable<TaskView['steps']>, string> = { lesions: 'lesions', objects: 'objects' };

/** Every sentence of the page, in one place so that Korean can follow. */
export const text = {
  product: 'Gigascope',
  skipToViewer: 'Skip to the slide',
  online: 'Connected',
  offline: 'No connection to the server. Trying again …',
  tryAgain: 'Try again',
  loading: 'Loading …',
  errors: {
    unreachable: 'The server cannot be reached.',
    status: (status: number) => `The server answered with status ${status}.`,
    map: 'The heatmap cannot be shown.',
    findings: (kind: FindingKind) => `Some ${FINDINGS[kind]} cannot be shown.`,
    result: 'The findings cannot be shown.',
    viewer: 'The slide cannot be shown.',
    tiles: 'Some parts of the slide could not be loaded.',
  },
  worklist: {
    title: 'Slides',
    empty: 'No slides yet. Add one above.',
    more: 'Show more slides',
    notAnalysed: 'Not analysed',
    score: 'Score',
    banffGrade: 'Banff C4d',
    noGrade: 'no grade',
    done: (model: string) => `Done: ${model}`,
    noTissue: 'No tissue',
    state: (state: SlideState) => SLIDE_STATES[state],
    analysis: (state: AnalysisState) => ANALYSIS_STATES[state],
    running: (share: number | null) => (share === null ? 'Running' : `Running, ${Math.floor(share * 100)} %`),
  },
  upload: {
    add: 'Add slides',
    hint: 'or drop files anywhere on the page',
    drop: 'Drop slides to upload them',
    list: 'Uploads',
    waiting: 'Waiting for the upload before it',
    checking: 'Being checked and opened by the server',
    cancel: (name: string) => `Cancel the upload of ${name}`,
    cancelShort: 'Cancel',
    retry: (name: string) => `Upload ${name} again`,
    retryShort: 'Try again',
    dismiss: (name: string) => `Remove ${name} from this list`,
    dismissShort: 'Remove',
    progress: (name: string) => `Upload of ${name}`,
    sent: (sent: number, total: number) => `${formatBytes(sent)} of ${formatBytes(total)}`,
    speed: (bytesPerSecond: number) => `${formatBytes(bytesPerSecond)}/s`,
    left: (seconds: number) => `${formatDuration(seconds)} left`,
  },
  slide: {
    none: 'Choose a slide from the list, or add one.',
    rejected: 'This slide was refused.',
    pending: 'This slide is still being checked. It opens by itself.',
    size: (widthL0: number, heightL0: number) => `${formatCount(widthL0)} × ${formatCount(heightL0)} px`,
    spacing: (mpp: number, source: SpacingSource) => `${formatMpp(mpp)}, ${SPACING_SOURCES[source]}`,
    noSpacing: 'Pixel size unknown',
    facts: { size: 'Size', spacing: 'Pixel size', scanner: 'Scanner', objective: 'Objective', added: 'Added' },
    objective: (power: number) => `${power}×`,
  },
  analysis: {
    title: 'Analysis',
    model: 'Model',
    noModels: 'No model is installed.',
    chooseModel: 'Choose a model',
    option: (title: string, version: string, { organ, stain }: { organ: string; stain: string }) =>
      `${title} ${version} (${organ === 'any' ? 'any organ' : organ}, ${stain})`,
    run: 'Analyse',
    runAgain: 'Analyse again',
    cancel: 'Cancel the analysis',
    mpp: 'Pixel size in µm',
    mppHint: 'The slide does not state it; the model needs it.',
    madeFor: ({ species, organ, stain }: { species: string; organ: string; stain: string }) =>
      `Made for ${species} ${organ === 'any' ? 'tissue of any organ' : organ}, ${stain}.`,
    stage: (stage: AnalysisProgress['stage']) => STAGES[stage],
    progress: 'Progress of the analysis',
    position: (ahead: number) =>
      ahead === 0
        ? 'Next in the queue'
        : ahead === 1
          ? '1 analysis before it'
          : `${formatCount(ahead)} analyses before it`,
    blocks: (done: number, total: number) => `${formatCount(done)} of ${formatCount(total)} blocks`,
    rate: (patchesPerSecond: number) => `${formatCount(patchesPerSecond)} patches/s`,
    left: (seconds: number) => `${formatDuration(seconds)} left`,
    failed: 'The analysis failed.',
    canceled: 'The analysis was canceled.',
    none: 'This slide has not been analysed.',
    version: (name: string, version: string) => `${name} ${version}`,
    shown: 'Analysis shown',
  },
  findings: {
    title: 'Findings',
    score: 'Slide score',
    positive: (threshold: number) => `Suspicious: at or above the threshold of ${formatProbability(threshold)}`,
    negative: (threshold: number) => `Below the threshold of ${formatProbability(threshold)}`,
    noTissue: 'No tissue was found, so there is no score.',
    warnings: 'Warnings',
    scope: 'What the model is made for',
    decision: 'An aid for the pathologist, not a diagnosis.',
    lesions: (count: number) => (count === 1 ? '1 lesion' : `${formatCount(count)} lesions`),
    noLesions: 'No cell reaches the threshold.',
    lesion: (rank: number) => `Lesion ${rank}`,
    lesionButton: (rank: number, probability: number, diameterUm: number) =>
      `Lesion ${rank}, probability ${formatProbability(probability)}, ${formatLengthUm(diameterUm)}. Show it.`,
    diameter: (um: number, uncertaintyUm: number) => `${formatLengthUm(um)} ± ${formatLengthUm(uncertaintyUm)}`,
    sizeClass: (sizeClass: SizeClass) => SIZE_CLASSES[sizeClass],
    marksLimited: (shown: number, all: number) =>
      `Marks are drawn for the first ${formatCount(shown)} of ${formatCount(all)} lesions; the list and the files hold all.`,
    banffGrade: 'Banff C4d grade',
    noGrade: 'none',
    capillaries: (positive: number, all: number, ratio: number) =>
      `${formatCount(positive)} of ${formatCount(all)} capillaries positive: ${formatShare(ratio)}`,
    regions: (chosen: number, all: number) =>
      `Capillaries were looked for in ${formatCount(chosen)} of ${formatCount(all)} squares of tissue, where the heatmap allows it.`,
    counts: (kind: FindingKind) => (kind === 'segments' ? 'Outlines by class' : 'Objects by class'),
    class: 'Class',
    count: 'Count',
    area: 'Area',
    showClass: (name: string) => `Show ${name} on the slide`,
    from: (threshold: number) => `From a probability of ${formatProbability(threshold)} on.`,
    objects: 'Objects, the most probable first',
    everyClass: 'Every class',
    moreObjects: 'Show more objects',
    objectButton: ({ rank, class: name, probability }: Finding) =>
      `Object ${rank}, ${name}, probability ${formatProbability(probability)}. Show it.`,
    finding: ({ class: name, probability, areaUm2 }: Finding) =>
      [name, formatProbability(probability), ...(areaUm2 === null ? [] : [formatAreaUm2(areaUm2)])].join(' · '),
    files: 'Files',
  },
  viewer: {
    label: (name: string, steps: TaskView['steps']) =>
      `Slide ${name}. Arrow keys move, plus and minus zoom, 0 shows all` +
      (steps === null ? '.' : `, N and P go through the ${STEPS[steps]}.`),
    tools: 'View',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    fit: 'Show the whole slide',
    fitShort: 'Fit',
    magnification: 'Magnification on screen',
    heatmap: 'Heatmap',
    opacity: 'Heatmap opacity',
    marks: (kind: FindingKind | null) => (kind === null ? 'Marks' : kind === 'segments' ? 'Outlines' : 'Boxes'),
    legend: (of: NonNullable<TaskView['heatmap']>) =>
      of === 'finding' ? 'Probability, from 0 to 1' : 'Probability that capillaries can be judged there, from 0 to 1',
    findingsLoading: (kind: FindingKind) => `Loading ${FINDINGS[kind]} …`,
    counts: (kind: FindingKind) =>
      `Too many ${FINDINGS[kind]} to draw here: each square says how many. Zoom in to see them.`,
    scale: (length: string) => `Scale: ${length}`,
    noScale: 'No scale: pixel size unknown',
    keys: (steps: TaskView['steps'], heatmap: boolean) =>
      ['Arrows move', '+ − zoom', '0 all', steps && `N P ${STEPS[steps]}`, heatmap && 'H heatmap']
        .filter(Boolean)
        .join(' · '),
  },
} as const;
