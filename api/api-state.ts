/** What the middlewares know of a request. */
export interface ApiState {
  requestId: string;
  /** The template of the route that answers it; none for files, unknown paths, and what is turned away before. */
  route?: string;
}
