/** Sentences with figures in them, of the worklist and of batches; see phrases.ts. */
import type { Analysis, Batch, Slide } from '@gigascope/client';
import { formatCount, formatDuration, formatInstant } from '../format.ts';
import { t } from './language.ts';

const percentOf = (share: number): number => Math.floor(share * 100);

/** The server counts no further. */
const MOST_COUNTED = 10_000;

export const lists = {
  worklist: {
    done: (model: string) => t('worklist.done', { model }),
    state: (state: Slide['state']) => t(`worklist.slideStates.${state}`),
    analysis: (state: Analysis['state']) => t(`worklist.analysisStates.${state}`),
    running: (share: number | null, secondsLeft: number | null) => {
      if (share === null) return t('worklist.analysisStates.running');
      const percent = percentOf(share);
      if (secondsLeft === null) return t('worklist.runningShare', { percent });
      return t('worklist.runningLeft', { percent, time: formatDuration(secondsLeft) });
    },
    progress: (name: string) => t('worklist.progress', { name }),
    byModel: (meaning: string, name: string, version: string) => t('worklist.byModel', { meaning, name, version }),
    side: (positive: boolean, model: string) => t(positive ? 'worklist.positive' : 'worklist.negative', { model }),
    noGrade: () => `${t('worklist.banffGrade')}: ${t('worklist.noGrade')}`,
    shown: (count: number) =>
      count > MOST_COUNTED
        ? t('worklist.shownMany', { shown: formatCount(MOST_COUNTED) })
        : t('worklist.shown', { count, shown: formatCount(count) }),
    selected: (count: number) => t('worklist.selected', { count, shown: formatCount(count) }),
    urgency: ({ lane, priority }: Pick<Analysis, 'lane' | 'priority'>) =>
      priority === 0
        ? t(`worklist.lanes.${lane}`)
        : t('worklist.priority', { lane: t(`worklist.lanes.${lane}`), priority }),
    claimedBy: (name: string) => t('worklist.claimedBy', { name }),
    signedBy: (name: string) => t('worklist.signedBy', { name }),
    adjudicatedBy: (name: string) => t('worklist.adjudicatedBy', { name }),
    claim: (name: string) => t('worklist.claimNamed', { name }),
    release: (name: string) => t('worklist.releaseNamed', { name }),
    select: (name: string) => t('worklist.select', { name }),
    canceled: (count: number) => t('worklist.canceled', { count }),
    place: (place: number, count: number) =>
      t('worklist.place', { place: formatCount(place), total: formatCount(count) }),
  },
  batches: {
    name: ({ name, createdAt }: Batch) => name ?? t('batches.unnamed', { date: formatInstant(createdAt) }),
    total: (count: number) => t('batches.total', { count, shown: formatCount(count) }),
    progress: (name: string) => t('batches.progress', { name }),
    start: (count: number) => t('batches.start', { count }),
    missingMpp: (count: number) => t('batches.missingMpp', { count }),
    notReady: (count: number) => t('batches.notReady', { count }),
    left: (seconds: number) => t('batches.left', { time: formatDuration(seconds) }),
    finished: (iso: string) => t('batches.finished', { date: formatInstant(iso) }),
    begun: (iso: string) => t('batches.begun', { date: formatInstant(iso) }),
    tab: (state: Analysis['state'] | null, count: number) =>
      `${state === null ? t('batches.all') : t(`worklist.analysisStates.${state}`)} ${formatCount(count)}`,
    runAgain: (name: string) => t('batches.runAgainNamed', { name }),
    runAllAgain: (count: number) => t('batches.runAllAgain', { count }),
    again: (count: number) => t('batches.again', { count }),
  },
} as const;
