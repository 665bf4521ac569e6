export const errors = {
  unreachable: 'The server cannot be reached.',
  status: 'The server answered with status {{status}}.',
  page: 'This page could not be loaded.',
  map: 'The heatmap cannot be shown.',
  findings_detections: 'Some objects cannot be shown.',
  findings_segments: 'Some outlines cannot be shown.',
  result: 'The findings cannot be shown.',
  viewer: 'The slide cannot be shown.',
  tiles: 'Some parts of the slide could not be loaded.',
} as const;
