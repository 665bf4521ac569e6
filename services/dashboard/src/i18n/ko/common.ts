export const common = {
  product: 'Gigascope',
  skipToContent: '본문으로 건너뛰기',
  online: '연결됨',
  offline: '서버에 연결할 수 없습니다. 다시 시도하는 중 …',
  tryAgain: '다시 시도',
  loading: '불러오는 중 …',
  language: '언어',
};
