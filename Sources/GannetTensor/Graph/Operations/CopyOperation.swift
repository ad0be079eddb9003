/// The input itself, copied where it goes into a channel buffer.
package struct CopyOperation: GraphOperation {
  package var name: String { "copy" }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    [GraphValue.tensor(inputs[0])].placed(in: buffer)
  }
}
