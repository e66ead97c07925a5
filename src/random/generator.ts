/** What a source of randomness must offer; every function that draws takes one, none is global. */
export interface Generator {
  /** uniform on [0, 1) with 53 random bits */
  uniform(): number;
  /** standard normal */
  normal(): number;
  /** uniform on {0, …, bound − 1} */
  integer(bound: number): number;
}
