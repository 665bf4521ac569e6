import { analysis } from './analysis.ts';
import { bar } from './bar.ts';
import { batches } from './batches.ts';
import { common } from './common.ts';
import { errors } from './errors.ts';
import { findings } from './findings.ts';
import { session } from './session.ts';
import { slide } from './slide.ts';
import { upload } from './upload.ts';
import { viewer } from './viewer.ts';
import { worklist } from './worklist.ts';

/** Every sentence of the page; a group of pages has its file. */
export const en = {
  analysis,
  bar,
  batches,
  common,
  errors,
  findings,
  session,
  slide,
  upload,
  viewer,
  worklist,
} as const;
