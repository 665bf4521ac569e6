export const errors = {
  unreachable: '서버에 연결할 수 없습니다.',
  status: '서버가 상태 {{status}}(으)로 응답했습니다.',
  page: '페이지를 불러오지 못했습니다.',
  map: '히트맵을 표시할 수 없습니다.',
  findings_detections: '일부 객체를 표시할 수 없습니다.',
  findings_segments: '일부 윤곽선을 표시할 수 없습니다.',
  result: '소견을 표시할 수 없습니다.',
  viewer: '슬라이드를 표시할 수 없습니다.',
  tiles: '슬라이드의 일부를 불러오지 못했습니다.',
};
