// Reads server-sent events out of chunks of bytes. Source: HTML Standard, section 9.2.6.

/** @typedef {{ id: string, event: string, data: string }} StreamEvent */

/** @param {(event: StreamEvent) => void} tell @returns {(chunk: Uint8Array) => void} */
export function streamReader(tell) {
  const decoder = new TextDecoder()
  let rest = ""
  let id = ""
  let event = ""
  /** @type {string[]} */
  let data = []

  /** @param {string} line */
  const read = (line) => {
    if (line === "") {
      // An event without data is none, but its number counts.
      if (data.length > 0 || event) tell({ id, event: event || "message", data: data.join("\n") })
      else if (id) tell({ id, event: "number", data: "" })
      event = ""
      data = []
      return
    }
    const colon = line.indexOf(":")
    if (colon === 0) return tell({ id, event: "quiet", data: "" })
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "")
    if (field === "data") data.push(value)
    else if (field === "event") event = value
    else if (field === "id" && !value.includes("\0")) id = value
  }

  return (chunk) => {
    rest += decoder.decode(chunk, { stream: true })
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ""
    for (const line of lines) read(line)
  }
}
