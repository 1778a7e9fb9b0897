/** What the middlewares know of a request. */
export interface ApiState {
  requestId: string;
}
