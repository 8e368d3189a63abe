using Parley.Testing;

[assembly: TestLimit(seconds: 240, longSeconds: 1_200)]
