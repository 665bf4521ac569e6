export const bar = {
  pages: '페이지',
  home: '작업 목록',
  slide: '슬라이드',
  batches: '일괄 작업',
  models: '모델',
  evaluation: '평가',
  admin: '관리',
  light: '화면 밝기',
  lights: { system: '시스템 설정', light: '밝게', dark: '어둡게' },
  signOut: '로그아웃',
  installation: '설치 전체',
};
