import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnalysisResult, Detection, Lesion, Segment } from '@gigascope/contracts';
import {
  Agreement,
  AnnotationSet,
  AnnotationSetList,
  Evaluation,
  Problem,
  paths,
} from '@gigascope/contracts/http';
import { readQuPathGeoJson } from '@gigascope/exchange';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterFinished } from '../support/finished-analysis.ts';
import { BOUNDS, enterReadySlide } from '../support/ready-slide.ts';
import { type Caller, callerWith } from '../support/review-samples.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { addTenantB, TENANT_A, TENANT_B } from '../support/store-samples.ts';
import { hasShared, SHARED_DATA } from '../unit/openslide/shared-data.ts';

let api: RunningApi;
let admin: Caller & { send: typeof send };
let reviewer: Caller;
let key = '';

/** Sends a file as it is. */
async function send(slideId: string, body: string, contentType: string, query = 'kind=truth'): Promise<Response> {
  return fetch(`${api.url}${paths.annotations(slideId)}?${query}`, {
    method: 'POST',
    headers: { 'content-type': contentType, authorization: `Bearer ${key}` },
    body,
  });
}
