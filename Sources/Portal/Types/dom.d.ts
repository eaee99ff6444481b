/** What an element can hold; texts become text nodes, false and null nothing. */
export type Child = Node | string | number | false | null | undefined | readonly Child[]
