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

const API = '/api/v1';
const slide = (id: string): string => `${API}/slides/${id}`;
const analysis = (id: string): string => `${API}/analyses/${id}`;

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
  models: `${API}/models`,
  analyses: `${API}/analyses`,
  analysis,
  cancel: (id: string): string => `${analysis(id)}/cancel`,
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
  heatmapPng: (id: string): string => `${analysis(id)}/heatmap.png`,
  /** PNG of the patch about `?x=&y=`, level-0 pixels, with its class activation map. */
  activation: (id: string): string => `${analysis(id)}/activation`,
  file: (id: string, name: OutputFileName | ':name'): string => `${analysis(id)}/files/${name}`,
  health: '/healthz',
  ready: '/readyz',
  metrics: '/metrics',
  openapi: '/openapi.json',
  docs: '/docs',
} as const;

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Request header with the slide's own name, percent-encoded UTF-8. */
export const SLIDE_NAME_HEADER = 'x-slide-name';

/** The `event:` word of an analysis' server-sent events. */
export const ANALYSIS_EVENT = 'analysis';
