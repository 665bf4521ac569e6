/**
 * The constants of the HTTP API: paths, file names, headers. Apart from http.ts because a browser needs these values but
 * only the types of the rest, and zod need not travel with them.
 */

/** Everything that an analysis may leave, by file name; which of them depends on the model's task. The bytes are those that `gigascope analyze` writes. */
export const OUTPUT_FILES = {
  'result.json': 'application/json',
  'heatmap.npy': 'application/octet-stream',
  'heatmap.png': 'image/png',
  'overlay.png': 'image/png',
  'lesions.csv': 'text/csv; charset=utf-8',
  'lesions.geojson': 'application/geo+json',
  'detections.csv': 'text/csv; charset=utf-8',
  'detections.geojson': 'application/geo+json',
  'segments.geojson': 'application/geo+json',
  'mask.tif': 'image/tiff',
} as const;
export type OutputFileName = keyof typeof OUTPUT_FILES;

/** What an analysis by a model of each task leaves. */
export const FILES_OF_TASK = {
  classify: ['heatmap.npy', 'heatmap.png', 'overlay.png', 'lesions.csv', 'lesions.geojson', 'result.json'],
  detect: ['detections.csv', 'detections.geojson', 'overlay.png', 'result.json'],
  segment: ['mask.tif', 'segments.geojson', 'overlay.png', 'result.json'],
  pipeline: ['heatmap.npy', 'heatmap.png', 'detections.csv', 'detections.geojson', 'overlay.png', 'result.json'],
} as const satisfies Record<string, readonly OutputFileName[]>;

/** Forms in which an analysis' findings leave; packages/exchange writes them. */
export const EXPORT_FORMAT_IDS = [
  'camelyon-csv',
  'csv',
  'qupath-geojson',
  'asap-xml',
  'coco-json',
  'w3c-annotations',
  'html-report',
] as const;

const API = '/api/v1';
const slide = (id: string): string => `${API}/slides/${id}`;
const analysis = (id: string): string => `${API}/analyses/${id}`;
const review = (id: string): string => `${API}/reviews/${id}`;
const webhook = (id: string): string => `${API}/webhooks/${id}`;
const batch = (id: string): string => `${API}/batches/${id}`;

/** Every path of the API; identifiers are UUIDs and need no escaping. The server calls these with its `:parameters`. */
export const paths = {
  slides: `${API}/slides`,
  slide,
  thumbnail: (id: string): string => `${slide(id)}/thumbnail.jpg`,
  /** Deep Zoom descriptor as JSON, the form that OpenSeadragon takes as a tile source's address. */
  dzi: (id: string): string => `${slide(id)}/dzi`,
  tiles: (id: string): string => `${slide(id)}/tiles/`,
  tile: (id: string, dzLevel: number | string, col: number | string, row: number | string): string =>
    `${slide(id)}/tiles/${dzLevel}/${col}_${row}.jpg`,
  /** What the slide's own levels and JPEG tiles are; the tiles lie below it as level/column_row.jpg. */
  native: (id: string): string => `${slide(id)}/native`,
  nativeTile: (id: string, level: number | string, col: number | string, row: number | string): string =>
    `${slide(id)}/native/${level}/${col}_${row}.jpg`,
  /** A IIIF image service's base; its images lie below it as region/size/rotation/quality.format. */
  iiif: (id: string): string => `${slide(id)}/iiif`,
  iiifInfo: (id: string): string => `${slide(id)}/iiif/info.json`,
  associatedImages: (id: string): string => `${slide(id)}/associated`,
  associatedImage: (id: string, name: string): string => `${slide(id)}/associated/${name}`,
  quality: (id: string): string => `${slide(id)}/quality`,
  qualityPicture: (id: string, name: string): string => `${slide(id)}/quality/${name}.png`,
  properties: (id: string): string => `${slide(id)}/properties`,
  download: (id: string): string => `${slide(id)}/download`,
  tombstone: (id: string): string => `${slide(id)}/tombstone`,
  retention: `${API}/retention`,
  retentionPreview: `${API}/retention/preview`,
  /** PUT: one file under its own name, as `curl -T FILE …/slides/` asks. */
  namedSlide: (name: string): string => `${API}/slides/${name === '*' ? name : encodeURIComponent(name)}`,
  /** tus 1.0 */
  uploads: `${API}/uploads`,
  upload: (id: string): string => `${API}/uploads/${id}`,
  models: `${API}/models`,
  model: (id: string): string => `${API}/models/${id}`,
  modelCard: (id: string): string => `${API}/models/${id}/card`,
  analyses: `${API}/analyses`,
  analysis,
  cancel: (id: string): string => `${analysis(id)}/cancel`,
  rerun: (id: string): string => `${analysis(id)}/rerun`,
  events: (id: string): string => `${analysis(id)}/events`,
  lesions: (id: string): string => `${analysis(id)}/lesions`,
  detections: (id: string): string => `${analysis(id)}/detections`,
  segments: (id: string): string => `${analysis(id)}/segments`,
  /** How many there are by place, for where they are too many to be drawn one by one. */
  density: (id: string, of: 'detections' | 'segments'): string => `${analysis(id)}/${of}/density`,
  result: (id: string): string => `${analysis(id)}/result`,
  lesionsCsv: (id: string): string => `${analysis(id)}/lesions.csv`,
  lesionsGeojson: (id: string): string => `${analysis(id)}/lesions.geojson`,
  heatmapNpy: (id: string): string => `${analysis(id)}/heatmap.npy`,
  /** What the heatmap's tiles are. */
  heatmap: (id: string): string => `${analysis(id)}/heatmap`,
  /** float32 little-endian, row-major; `level` counts halvings, 0 is one value a cell. */
  heatmapTile: (id: string, level: number | string, tile: string): string =>
    `${analysis(id)}/heatmap/tiles/${level}/${tile}`,
  /** Boxes or outlines of one Deep Zoom tile of 512 px, or how many there are where they are too many. */
  findingTile: (id: string, of: 'detections' | 'segments', dzLevel: number | string, tile: string): string =>
    `${analysis(id)}/${of}/tiles/${dzLevel}/${tile}`,
  heatmapPng: (id: string): string => `${analysis(id)}/heatmap.png`,
  /** PNG of the patch about `?x=&y=`, level-0 pixels, with its class activation map. */
  activation: (id: string): string => `${analysis(id)}/activation`,
  file: (id: string, name: OutputFileName | ':name'): string => `${analysis(id)}/files/${name}`,
  /** `?format=` one of EXPORT_FORMAT_IDS. */
  export: (id: string): string => `${analysis(id)}/export`,
  fhir: (id: string): string => `${analysis(id)}/fhir`,
  oru: (id: string): string => `${analysis(id)}/oru.hl7`,
  /** With `?annotations=` a set of the slide's. */
  agreement: (id: string): string => `${analysis(id)}/agreement`,
  annotations: (slideId: string): string => `${slide(slideId)}/annotations`,
  annotationSet: (slideId: string, id: string): string => `${slide(slideId)}/annotations/${id}`,
  /** `?model=` a model's name. */
  evaluation: `${API}/evaluation/froc`,
  session: `${API}/session`,
  keys: `${API}/keys`,
  key: (id: string): string => `${API}/keys/${id}`,
  tenants: `${API}/tenants`,
  tenant: (id: string): string => `${API}/tenants/${id}`,
  users: `${API}/users`,
  user: (id: string): string => `${API}/users/${id}`,
  audit: `${API}/audit`,
  auditVerification: `${API}/audit/verification`,
  auditNdjson: `${API}/audit/export.ndjson`,
  auditFhir: `${API}/audit/export.fhir.json`,
  /** A browser's sign-in with the identity provider, `?to=` a path of this origin. */
  login: '/auth/login',
  loginCallback: '/auth/callback',
  logout: '/auth/logout',
  batches: `${API}/batches`,
  batch,
  cancelBatch: (id: string): string => `${batch(id)}/cancel`,
  batchEvents: (id: string): string => `${batch(id)}/events`,
  webhooks: `${API}/webhooks`,
  webhook,
  rotateWebhook: (id: string): string => `${webhook(id)}/rotate-secret`,
  pingWebhook: (id: string): string => `${webhook(id)}/ping`,
  deliveries: (id: string): string => `${webhook(id)}/deliveries`,
  redeliver: (id: string, deliveryId: string): string => `${webhook(id)}/deliveries/${deliveryId}/redeliver`,
  reviewsOfAnalysis: (id: string): string => `${analysis(id)}/reviews`,
  reviewsOfSlide: (id: string): string => `${slide(id)}/reviews`,
  review,
  decisions: (id: string): string => `${review(id)}/decisions`,
  /** By the finding's key, such as lesion-1. */
  decision: (id: string, key: string): string => `${review(id)}/decisions/${key}`,
  attention: (id: string): string => `${review(id)}/attention`,
  sign: (id: string): string => `${review(id)}/sign`,
  amend: (id: string): string => `${review(id)}/amend`,
  reviewHistory: (id: string): string => `${review(id)}/history`,
  claim: (slideId: string): string => `${slide(slideId)}/claim`,
  verdict: (slideId: string): string => `${slide(slideId)}/verdict`,
  adjudication: (slideId: string): string => `${slide(slideId)}/adjudication`,
  truth: (slideId: string): string => `${slide(slideId)}/truth`,
  readerStudy: `${API}/reader-study`,
  systemStatus: `${API}/system/status`,
  health: '/healthz',
  ready: '/readyz',
  metrics: '/metrics',
  openapi: '/openapi.json',
  docs: '/docs',
} as const;

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Request header with the slide's own name, percent-encoded UTF-8. */
export const SLIDE_NAME_HEADER = 'x-slide-name';

/** Request headers with the laboratory's own references of a slide, percent-encoded UTF-8. */
export const LAB_REFERENCE_HEADERS = {
  caseRef: 'x-case-ref',
  patientRef: 'x-patient-ref',
  blockRef: 'x-block-ref',
} as const;

/** Request header with the token of GET session, on whatever a browser's cookie signs and that changes something. */
export const CSRF_HEADER = 'x-csrf-token';

/** The `event:` word of an analysis' server-sent events. */
export const ANALYSIS_EVENT = 'analysis';
/** The `event:` word of a batch's. */
export const BATCH_EVENT = 'batch';

/** Request header that makes a repeated POST the same one; answered with IDEMPOTENCY_REPLAYED_HEADER where it was. */
export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';
export const IDEMPOTENCY_REPLAYED_HEADER = 'idempotency-replayed';
