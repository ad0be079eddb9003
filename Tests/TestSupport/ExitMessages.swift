import Testing

/// Expects that the process of an exit test has written `text` to standard error, which the test
/// observes: `observing: [\.standardErrorContent]`.
package func expectMessage(
  _ result: ExitTest.Result?, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let result else { return }  // the process did not fail, which has been recorded
  let said = String(decoding: result.standardErrorContent, as: UTF8.self)
  #expect(said.contains(text), sourceLocation: sourceLocation)
}
