import { admin } from './admin.ts';
import { analysis } from './analysis.ts';
import { bar } from './bar.ts';
import { batches } from './batches.ts';
import { common } from './common.ts';
import { errors } from './errors.ts';
import { evaluation } from './evaluation.ts';
import { findings } from './findings.ts';
import { keys } from './keys.ts';
import { models } from './models.ts';
import { review } from './review.ts';
import { session } from './session.ts';
import { slide } from './slide.ts';
import { upload } from './upload.ts';
import { viewer } from './viewer.ts';
import { worklist } from './worklist.ts';

/** Every sentence of the page; a group of pages has its file. */
export const en = {
  admin,
  analysis,
  bar,
  batches,
  common,
  errors,
  evaluation,
  findings,
  keys,
  models,
  review,
  session,
  slide,
  upload,
  viewer,
  worklist,
} as const;
