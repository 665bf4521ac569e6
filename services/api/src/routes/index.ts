import type { Api, Context } from '../context.ts';
import { registerCancelAnalysis } from './analyses/cancel-analysis.ts';
import { registerCountFindings } from './analyses/count-findings.ts';
import { registerFollowAnalysis } from './analyses/follow-analysis.ts';
import { registerGetActivation } from './analyses/get-activation.ts';
import { registerGetAnalysis } from './analyses/get-analysis.ts';
import { registerGetFile } from './analyses/get-file.ts';
import { registerListAnalyses } from './analyses/list-analyses.ts';
import { registerListDetections } from './analyses/list-detections.ts';
import { registerListLesions } from './analyses/list-lesions.ts';
import { registerListSegments } from './analyses/list-segments.ts';
import { registerSubmitAnalysis } from './analyses/submit-analysis.ts';
import { registerImportModel } from './models/import-model.ts';
import { registerListModels } from './models/list-models.ts';
import { registerGetDzi } from './slides/get-dzi.ts';
import { registerGetSlide } from './slides/get-slide.ts';
import { registerGetThumbnail } from './slides/get-thumbnail.ts';
import { registerGetTile } from './slides/get-tile.ts';
import { registerListSlides } from './slides/list-slides.ts';
import { registerUploadSlide } from './slides/upload-slide.ts';
import { registerHealth } from './system/health.ts';
import { registerReady } from './system/ready.ts';

/** Everything that the API answers, besides /metrics, /openapi.json, /docs and the page. One operation per file. */
export function registerRoutes(app: Api, context: Context): void {
  registerUploadSlide(app, context);
  registerListSlides(app, context);
  registerGetSlide(app, context);
  registerGetThumbnail(app, context);
  registerGetDzi(app, context);
  registerGetTile(app, context);

  registerImportModel(app, context);
  registerListModels(app, context);

  registerSubmitAnalysis(app, context);
  registerListAnalyses(app, context);
  registerGetAnalysis(app, context);
  registerCancelAnalysis(app, context);
  registerFollowAnalysis(app, context);
  registerListLesions(app, context);
  registerListDetections(app, context);
  registerListSegments(app, context);
  registerCountFindings(app, context);
  registerGetFile(app, context);
  registerGetActivation(app, context);

  registerHealth(app);
  registerReady(app, context);
}
