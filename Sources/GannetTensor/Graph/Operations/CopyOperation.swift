/// The input itself, copied where it goes into a channel buffer.
struct CopyOperation: GraphOperation {
  var name: String { "copy" }

  func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    [GraphValue.tensor(inputs[0])].placed(in: buffer)
  }
}
