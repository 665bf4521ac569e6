export const slide = {
  none: 'Choose a slide from the list, or add one.',
  rejected: 'This slide was refused.',
  pending: 'This slide is still being checked. It opens by itself.',
  size: '{{width}} × {{height}} px',
  spacing: '{{mpp}}, {{source}}',
  noSpacing: 'Pixel size unknown',
  spacingSources: {
    request: 'stated by hand',
    override: 'stated for the slide',
    vendor: 'from the scanner',
    'tiff-resolution': 'from the file',
    'objective-power': 'assumed from the objective',
  },
  facts: {
    size: 'Size',
    spacing: 'Pixel size',
    scanner: 'Scanner',
    objective: 'Objective',
    added: 'Added',
  },
} as const;
