import type { ModelManifest } from '@gigascope/contracts';
import { collectClassified } from './classify.ts';
import { collectDetected } from './detect.ts';
import { collectSegmented } from './segment.ts';
import type { BlockCollector, BlockContext } from './task.ts';

/** Begins a block by its model's task; a new task is one file and one line here. */
export function collectBlock(context: BlockContext<ModelManifest>): BlockCollector {
  const { manifest } = context;
  switch (manifest.task) {
    case 'classify':
      return collectClassified({ ...context, manifest });
    case 'detect':
      return collectDetected({ ...context, manifest });
    case 'segment':
      return collectSegmented({ ...context, manifest });
  }
}
