export const slide = {
  none: '목록에서 슬라이드를 선택하거나 추가하세요.',
  rejected: '이 슬라이드는 거부되었습니다.',
  pending: '이 슬라이드는 아직 확인 중입니다. 준비되면 저절로 열립니다.',
  size: '{{width}} × {{height}} px',
  spacing: '{{mpp}}, {{source}}',
  noSpacing: '픽셀 크기 알 수 없음',
  spacingSources: {
    request: '직접 입력',
    override: '슬라이드에 지정됨',
    vendor: '스캐너 값',
    'tiff-resolution': '파일 값',
    'objective-power': '대물렌즈 배율로 추정',
  },
  facts: {
    size: '크기',
    spacing: '픽셀 크기',
    scanner: '스캐너',
    objective: '대물렌즈',
    added: '추가됨',
  },
};
