namespace Parley.Calls;

/// <summary>One session of the simulation: its machine, its engine, whether it runs.</summary>
internal sealed class SimulatedParticipant
{
    private readonly SimulatedCall _call;

    public SimulatedParticipant(SimulatedCall call, SessionId session)
    {
        _call = call;
        Session = session;
        Machine = new(session);
        Engine = new(call, this);
    }

    public SessionId Session { get; }

    public CallMachine Machine { get; }

    public SimulatedEngine Engine { get; }

    public bool IsAlive { get; set; } = true;

    public CallState State => Machine.State;

    public bool IsSeated => IsAlive && Machine.Phase == CallPhase.Seated;

    public void Run(Func<CallMachine, CallStep> input)
    {
        if (!IsAlive)
        {
            return;
        }

        var step = input(Machine);
        foreach (var command in step.Commands)
        {
            Engine.Do(command);
        }

        _call.Demand(Engine.Count < CallLimits.AudioSeatsMax, $"{Session}: more connections than seats");
        foreach (var signal in step.Signals)
        {
            _call.Publish(signal);
        }
    }
}
