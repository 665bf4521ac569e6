export const session = {
  title: '로그인',
  provider: '기관 계정으로 로그인',
  key: '키',
  signIn: '키로 로그인',
  hint: '키는 검사실 관리자가 발급합니다.',
  forbidden: '이 페이지를 볼 권한이 없습니다. 검사실 관리자에게 문의하세요.',
};
