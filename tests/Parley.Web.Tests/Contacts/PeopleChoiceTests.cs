using Parley.Ids;
using Parley.Web.Contacts;
using Parley.Web.Identity;
using Xunit;

namespace Parley.Web.Tests.Contacts;

public sealed class PeopleChoiceTests
{
    private static readonly PersonId Me = People.Ada;
    private static readonly PersonId Stranger = PersonOf(9);

    private readonly PeopleChoice _choice = new(Me, chosenMax: 3, takesAnybody: true);

    public PeopleChoiceTests() => _choice.Know(
    [
        new(Me.Value, "Ada", "here", Self: true),
        new(People.Grace.Value, "Grace Hopper", "here", Self: false),
        new(People.Alan.Value, "Alan", "away", Self: false),
    ]);

    [Fact]
    public void Everybody_but_the_reader_is_offered_in_the_order_given() => Assert.Equal(["Grace Hopper", "Alan"], Names());

    [Fact]
    public void A_few_letters_of_any_part_of_a_name_are_enough()
    {
        _choice.Type("hop");
        Assert.Equal(["Grace Hopper"], Names());
        Assert.True(_choice.TakeSelected());
        Assert.Equal([People.Grace], _choice.Chosen);
        Assert.Equal("", _choice.Typed);
        Assert.Equal(["Alan"], Names());
    }

    [Fact]
    public void The_arrows_go_around_and_choose()
    {
        _choice.Move(-1);
        _choice.TakeSelected();
        Assert.Equal([People.Alan], _choice.Chosen);
    }

    [Fact]
    public void Nobody_by_that_name_is_said()
    {
        _choice.Type("xyzzy");
        Assert.False(_choice.TakeSelected());
        Assert.NotNull(_choice.Problem);
        _choice.Type("al");
        Assert.Null(_choice.Problem);
    }

    [Fact]
    public void A_pasted_key_chooses_its_person_at_once_known_or_not()
    {
        _choice.Type($" {Stranger}\n{People.Alan}, ");
        Assert.Equal([Stranger, People.Alan], _choice.Chosen);
        Assert.Equal("", _choice.Typed);
        Assert.Null(_choice.Problem);
    }

    [Fact]
    public void Half_a_key_chooses_nobody_and_stays_in_the_field()
    {
        _choice.Type(Stranger.Value[..30]);
        Assert.Empty(_choice.Chosen);
        Assert.Equal(Stranger.Value[..30], _choice.Typed);
        Assert.NotNull(_choice.Problem);
    }

    [Fact]
    public void Ones_own_key_and_one_too_many_are_refused_with_a_sentence()
    {
        _choice.Type(Me.Value);
        Assert.Empty(_choice.Chosen);
        Assert.NotNull(_choice.Problem);

        _choice.Type($"{PersonOf(11)} {PersonOf(12)} {PersonOf(13)} {PersonOf(14)}");
        Assert.Equal(3, _choice.Chosen.Count);
        Assert.True(_choice.IsFull);
        Assert.NotNull(_choice.Problem);
    }

    [Fact]
    public void The_same_person_is_chosen_once_and_can_be_given_up()
    {
        _choice.Choose(People.Alan);
        _choice.Type(People.Alan.Value);
        Assert.Equal([People.Alan], _choice.Chosen);
        _choice.DropLast();
        _choice.DropLast();
        Assert.Empty(_choice.Chosen);
        Assert.Equal(["Grace Hopper", "Alan"], Names());
    }

    [Fact]
    public void Where_only_members_can_be_chosen_a_strangers_key_is_refused()
    {
        var members = new PeopleChoice(Me, chosenMax: 3, takesAnybody: false);
        members.Know([new(People.Alan.Value, "Alan", "away", Self: false)]);
        members.Type(Stranger.Value);
        Assert.Empty(members.Chosen);
        Assert.NotNull(members.Problem);
        members.Type(People.Alan.Value);
        Assert.Equal([People.Alan], members.Chosen);
    }

    private IEnumerable<string> Names() => _choice.Offered.Select(person => person.Name);

    private static PersonId PersonOf(byte number)
    {
        var key = new byte[32];
        Array.Fill(key, number);
        return PersonId.FromPublicKey(key);
    }
}
