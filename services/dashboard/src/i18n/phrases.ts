/** Sentences with figures in them: how a figure is written stands here, the words around it in the languages' files. */
import type { AnalysisResult } from '@gigascope/contracts';
import type { AnalysisProgress, AnalysisState, Slide } from '@gigascope/contracts/http';
import {
  formatAreaUm2,
  formatBytes,
  formatCount,
  formatDuration,
  formatLengthUm,
  formatMagnification,
  formatMpp,
  formatProbability,
  formatShare,
} from '../format.ts';
import type { Finding, FindingKind } from '../viewer/finding.ts';
import type { TaskView } from '../viewer/task-view.ts';
import { t } from './language.ts';

type SizeClass = AnalysisResult['lesions'][number]['sizeClass'];
type SpacingSource = AnalysisResult['slide']['mpp']['source'];
type Steps = TaskView['steps'];

export const phrases = {
  errors: {
    status: (status: number) => t('errors.status', { status }),
    findings: (kind: FindingKind) => t(`errors.findings_${kind}`),
  },
  worklist: {
    done: (model: string) => t('worklist.done', { model }),
    state: (state: Slide['state']) => t(`worklist.slideStates.${state}`),
    analysis: (state: AnalysisState) => t(`worklist.analysisStates.${state}`),
    running: (share: number | null) =>
      share === null
        ? t('worklist.analysisStates.running')
        : t('worklist.runningShare', { percent: Math.floor(share * 100) }),
  },
  upload: {
    cancel: (name: string) => t('upload.cancel', { name }),
    pause: (name: string) => t('upload.pause', { name }),
    resume: (name: string) => t('upload.resume', { name }),
    paused: (sent: number, total: number) => t('upload.paused', { sent: formatBytes(sent), total: formatBytes(total) }),
    retry: (name: string) => t('upload.retry', { name }),
    dismiss: (name: string) => t('upload.dismiss', { name }),
    progress: (name: string) => t('upload.progress', { name }),
    sent: (sent: number, total: number) => t('upload.sent', { sent: formatBytes(sent), total: formatBytes(total) }),
    speed: (bytesPerSecond: number) => t('upload.speed', { amount: formatBytes(bytesPerSecond) }),
    left: (seconds: number) => t('upload.left', { time: formatDuration(seconds) }),
  },
  slide: {
    size: (widthL0: number, heightL0: number) =>
      t('slide.size', { width: formatCount(widthL0), height: formatCount(heightL0) }),
    spacing: (mpp: number, source: SpacingSource) =>
      t('slide.spacing', { mpp: formatMpp(mpp), source: t(`slide.spacingSources.${source}`) }),
    objective: (power: number) => `${power}×`,
  },
  analysis: {
    option: (title: string, version: string, { organ, stain }: { organ: string; stain: string }) =>
      t('analysis.option', { title, version, stain, organ: organ === 'any' ? t('analysis.anyOrgan') : organ }),
    madeFor: ({ species, organ, stain }: { species: string; organ: string; stain: string }) =>
      t('analysis.madeFor', { species, stain, organ: organ === 'any' ? t('analysis.tissueOfAnyOrgan') : organ }),
    stage: (stage: AnalysisProgress['stage']) => t(`analysis.stages.${stage}`),
    position: (ahead: number) => (ahead === 0 ? t('analysis.next') : t('analysis.position', { count: ahead })),
    blocks: (done: number, total: number) =>
      t('analysis.blocks', { done: formatCount(done), total: formatCount(total) }),
    rate: (patchesPerSecond: number) => t('analysis.rate', { rate: formatCount(patchesPerSecond) }),
    left: (seconds: number) => t('analysis.left', { time: formatDuration(seconds) }),
    version: (name: string, version: string) => t('analysis.version', { name, version }),
  },
  findings: {
    positive: (threshold: number) => t('findings.positive', { threshold: formatProbability(threshold) }),
    negative: (threshold: number) => t('findings.negative', { threshold: formatProbability(threshold) }),
    lesions: (count: number) => t('findings.lesions', { count, shown: formatCount(count) }),
    lesion: (rank: number) => t('findings.lesion', { rank }),
    lesionButton: (rank: number, probability: number, diameterUm: number) =>
      t('findings.lesionButton', {
        rank,
        probability: formatProbability(probability),
        diameter: formatLengthUm(diameterUm),
      }),
    diameter: (um: number, uncertaintyUm: number) =>
      t('findings.diameter', { diameter: formatLengthUm(um), uncertainty: formatLengthUm(uncertaintyUm) }),
    sizeClass: (sizeClass: SizeClass) => t(`findings.sizeClasses.${sizeClass}`),
    marksLimited: (shown: number, all: number) =>
      t('findings.marksLimited', { shown: formatCount(shown), all: formatCount(all) }),
    capillaries: (positive: number, all: number, ratio: number) =>
      t('findings.capillaries', {
        positive: formatCount(positive),
        all: formatCount(all),
        share: formatShare(ratio),
      }),
    regions: (chosen: number, all: number) =>
      t('findings.regions', { chosen: formatCount(chosen), all: formatCount(all) }),
    counts: (kind: FindingKind) => t(`findings.counts_${kind}`),
    showClass: (name: string) => t('findings.showClass', { name }),
    from: (threshold: number) => t('findings.from', { threshold: formatProbability(threshold) }),
    objectButton: ({ rank, class: name, probability }: Finding) =>
      t('findings.objectButton', { rank, name, probability: formatProbability(probability) }),
    finding: ({ class: name, probability, areaUm2 }: Finding) =>
      [name, formatProbability(probability), ...(areaUm2 === null ? [] : [formatAreaUm2(areaUm2)])].join(' · '),
  },
  viewer: {
    label: (name: string, steps: Steps) =>
      steps === null ? t('viewer.label', { name }) : t(`viewer.labelSteps_${steps}`, { name }),
    marks: (kind: FindingKind | null) => (kind === null ? t('viewer.marks') : t(`viewer.marks_${kind}`)),
    legend: (of: NonNullable<TaskView['heatmap']>) => t(`viewer.legend_${of}`),
    findingsLoading: (kind: FindingKind) => t(`viewer.findingsLoading_${kind}`),
    counts: (kind: FindingKind) => t(`viewer.counts_${kind}`),
    magnify: (power: number) => t('viewer.magnify', { power: formatMagnification(power) }),
    upright: (degrees: number) => t('viewer.upright', { degrees }),
    scale: (length: string) => t('viewer.scale', { length }),
    keys: (steps: Steps, heatmap: boolean) =>
      [
        t('viewer.keys.move'),
        t('viewer.keys.zoom'),
        t('viewer.keys.all'),
        steps && t(`viewer.keys.${steps}`),
        heatmap && t('viewer.keys.heatmap'),
        t('viewer.keys.help'),
      ]
        .filter(Boolean)
        .join(' · '),
  },
} as const;
