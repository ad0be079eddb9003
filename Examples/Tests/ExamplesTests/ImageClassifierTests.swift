import Testing

@Suite("The image classifier")
struct ImageClassifierTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Pictures.write(10, to: folder)
  }

  private var model: [String] { ["--model", folder.path("model.safetensors")] }

  @Test("learns two classes, and names those of pictures that it has not seen")
  func learning() throws {
    let output = try Program.run(
      "image-classifier",
      ["train", folder.path("pictures"), "--size", "32", "--epochs", "16"] + model)
    #expect(output.contains("20 pictures of cold, warm"))
    #expect(output.number(after: "pictures held out:") == 1, "\(output)")
    for name in ["warm", "cold"] {
      let answer = try Program.run(
        "image-classifier", ["predict", folder.path("\(name).png")] + model)
      #expect(answer.hasPrefix("\(name): "), "\(answer)")
      #expect(answer.split(separator: "\n").count == 2)
    }
  }

  @Test("leaves out a damaged picture, and names it")
  func damage() throws {
    try folder.write("no picture", "pictures/cold/damaged.png")
    let output = try Program.run(
      "image-classifier", ["train", folder.path("pictures"), "--quick"] + model)
    #expect(output.contains("Left out:") && output.contains("damaged.png"))
  }

  @Test("says what is wrong with folders, models and pictures")
  func errors() throws {
    let text = try folder.write("no picture", "notes.txt")
    let train = { ["train", $0, "--quick"] + model }
    try Program.expectError("image-classifier", train(folder.path("none")), "none")
    try folder.write(Pictures.jpeg, "one/only/picture.jpeg")
    try Program.expectError("image-classifier", train(folder.path("one")), "two classes")
    try Program.expectError("image-classifier", ["predict", text] + model, "model.safetensors")
    try folder.write("no model", "model.safetensors")
    try Program.expectError(
      "image-classifier", ["predict", folder.path("warm.png")] + model, "model.safetensors")
    try Program.expectError("image-classifier", ["train", text, "--size", "1"], "--size")
  }
}
