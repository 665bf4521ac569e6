/**
 * The constants of the HTTP API: paths, file names, headers. Apart from http.ts because a browser needs these values but
 * only the types of the rest, and zod need not travel with them.
 */

/** Everything that an analysis leaves, by file name; the bytes are those that `gigascope analyze` writes. */
export const OUTPUT_FILES = {
  'result.json': 'application/json',
  'heatmap.npy': 'application/octet-stream',
  'heatmap.png': 'image/png',
  'overlay.png': 'image/png',
  'lesions.csv': 'text/csv; charset=utf-8',
  'lesions.geojson': 'application/geo+json',
} as const;
export type OutputFileName = keyof typeof OUTPUT_FILES;

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
  result: (id: string): string => `${analysis(id)}/result`,
  lesionsCsv: (id: string): string => `${analysis(id)}/lesions.csv`,
  lesionsGeojson: (id: string): string => `${analysis(id)}/lesions.geojson`,
  heatmapNpy: (id: string): string => `${analysis(id)}/heatmap.npy`,
  heatmapPng: (id: string): string => `${analysis(id)}/heatmap.png`,
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
