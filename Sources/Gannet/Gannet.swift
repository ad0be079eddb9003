// The umbrella: `import Gannet` brings the whole library.
@_exported import GannetData
@_exported import GannetModels
@_exported import GannetNN
@_exported import GannetTensor
@_exported import GannetTraining
